PREFIX lib: <http://example.org/library#>
PREFIX dct: <http://purl.org/dc/terms/>

# Titles were stored twice, once with blanks around them.
DELETE { ?book dct:title ?wide }
INSERT { ?book dct:title ?title ; lib:note "title trimmed"@en }
WHERE {
  ?book a lib:Book ; dct:title ?wide .
  BIND (REPLACE(?wide, "^\\s+|\\s+$", "") AS ?title)
  FILTER (?wide != ?title)
} ;

# A shelf mark is a number and a letter; anything else goes to the desk.
WITH <http://example.org/graphs/shelves>
DELETE { ?book lib:mark ?mark }
INSERT { ?book lib:at lib:desk . GRAPH <http://example.org/graphs/log> { [] lib:moved ?book ; lib:on ?now } }
USING <http://example.org/graphs/shelves>
WHERE {
  ?book lib:mark ?mark .
  FILTER (! REGEX(STR(?mark), '^[0-9]+ [a-z]$', 'i'))
  BIND (NOW() AS ?now)
} ;

INSERT { ?book lib:series _:series . _:series lib:first ?book }
WHERE { ?book lib:part 1 , ?part MINUS { ?book lib:series ?any } } ;

DELETE WHERE { ?loan lib:returned true ; ?p ?o } ;
CLEAR SILENT GRAPH <http://example.org/graphs/scratch> ;
DROP DEFAULT
