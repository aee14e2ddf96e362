; What may stand only once in a file: rules and terminals.

(rule . [(RULE) (MODIFIED_RULE)] @once)
(terminal . (TERMINAL) @once)
