PREFIX : <http://example.org/library#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

CREATE SILENT GRAPH <http://example.org/shelves> ;
COPY DEFAULT TO GRAPH <http://example.org/backup> ;

# What is known from the start.
INSERT DATA {
  :hall :holds :shelf1 , :shelf2 .
  GRAPH <http://example.org/shelves> {
    :shelf1 :width 1.20 ; :built "2019-05-01"^^xsd:date ; :label "North"@en .
    _:stand :carries ( :shelf1 :shelf2 ) ; :by [ a :Carpenter ] .
  }
} ;

PREFIX dct: <http://purl.org/dc/terms/>

DELETE DATA { :shelf2 :width 0.80 } ;
DELETE WHERE { ?book :onShelf :shelf9 . GRAPH ?any { ?book ?p ?o } } ;

# Move every book whose shelf is gone.
WITH <http://example.org/shelves>
DELETE { ?book :onShelf ?old }
INSERT { ?book :onShelf :shelf1 . [] :note "moved" ; dct:subject ?book }
USING <http://example.org/shelves>
USING NAMED <http://example.org/backup>
WHERE {
  ?book :onShelf ?old
  MINUS { :hall :holds ?old }
} ;

LOAD SILENT <http://example.org/new.ttl> INTO GRAPH <http://example.org/new> ;
ADD GRAPH <http://example.org/new> TO DEFAULT ;
MOVE <http://example.org/new> TO <http://example.org/old> ;
CLEAR NAMED ;
DROP SILENT GRAPH <http://example.org/old>
