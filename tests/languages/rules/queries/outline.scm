; What is shown of a file; an item inside another is its child.

(setting "let" @detail . (NAME) @name) @item.setting
(function "define" @detail . (NAME) @name) @item.function
(metric "metric" @detail . (NAME) @name) @item.metric
(channel "channel" @detail . (NAME) @name) @item.channel
(group "group" @detail . (NAME) @name) @item.group
(rule "rule" @detail . (NAME) @name) @item.rule
(workflow "workflow" @detail . (NAME) @name) @item.workflow
(step "step" @detail . (NAME) @name) @item.step
