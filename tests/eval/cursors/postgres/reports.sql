SELECT g.name, count(*) AS trees
FROM growers g
JOIN trees t <|ON|> t.grower_id = g.id
WHERE t.kind = 'apple'
GROUP <|BY|> g.name
ORDER BY trees DESC
<|LIMIT|> 10;

UPDATE trees
<|SET|> kind = 'pear'
WHERE <|id|> = 4;

DELETE FROM trees
<|WHERE|> id = 5;

SELECT CASE WHEN kind IS <|NULL|> THEN 'unknown' ELSE kind <|END|>
FROM <|trees|>;
