(rule [(RULE) (MODIFIED_RULE)] @name (parameters)? @detail) @item.function
(terminal (TERMINAL) @name) @item.constant
(override [(RULE) (MODIFIED_RULE) (TERMINAL)] @name "%override" @detail) @item.function
(extend [(RULE) (MODIFIED_RULE) (TERMINAL)] @name "%extend" @detail) @item.function
(import (imported) @name) @item.module
