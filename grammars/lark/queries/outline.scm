(rule [(RULE) (MODIFIED_RULE)] @name (parameters)? @detail) @item.function
(terminal (TERMINAL) @name) @item.constant
(override "%override" @detail [(RULE) (MODIFIED_RULE)] @name) @item.function
(override "%override" @detail (TERMINAL) @name) @item.constant
(extend "%extend" @detail [(RULE) (MODIFIED_RULE)] @name) @item.function
(extend "%extend" @detail (TERMINAL) @name) @item.constant
(imported [(RULE) (TERMINAL)] @name) @item.module
