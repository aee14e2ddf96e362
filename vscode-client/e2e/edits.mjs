/**
 * A hundred things that people type, with Enter, brackets and quotes, in files of six languages.
 *
 * Each is typed at the place where the text `after` ends, into a file that stands on the screen as a whole.
 *
 * @typedef {object} Edit
 * @property {string} file
 * @property {string} after
 * @property {string} typed
 */

/** @type {Readonly<Record<string, string>>} */
export const TEXTS = {
  "schema.graphql": `scalar Date

enum Genre {
  NOVEL
  POETRY
}

interface Node {
  id: ID!
}

type Author implements Node {
  id: ID!
  name: String!
  books(first: Int = 10): [Book!]!
}

type Book implements Node {
  id: ID!
  title: String!
  genre: Genre
}

type Query {
  book(id: ID!): Book
}
`,
  "asked.graphql": `query Shelf($first: Int) {
  books(first: $first) {
    id
    title
  }
}

fragment Names on Author {
  name
}
`,
  "main.tf": `variable "region" {
  type = string
}

variable "names" {
  type    = list(string)
  default = ["a", "b"]
}

locals {
  prefix = "web"
}

resource "aws_instance" "bastion" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  tags = {
    Name = var.region
  }
}

output "address" {
  value = aws_instance.bastion.private_ip
}
`,
  "shop.sql": `CREATE TABLE customer (
  id integer PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE customer_order (
  id integer PRIMARY KEY,
  customer_id integer REFERENCES customer (id),
  placed date NOT NULL
);

SELECT c.name, o.placed
FROM customer c
JOIN customer_order o ON o.customer_id = c.id
WHERE o.placed > '2024-01-01'
ORDER BY o.placed;

`,
  "people.rq": `PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX ex: <http://example.org/>

SELECT ?person ?name
WHERE {
  ?person a foaf:Person ;
    foaf:name ?name .
  FILTER (?name != "x")
}
ORDER BY ?name
`,
  "toy.lark": `start: statement*

statement: NAME "=" sum ";"
sum: product ("+" product)*
product: NUMBER | NAME

NAME: /[a-z]+/
%import common.NUMBER
%ignore " "
`,
  "alarms.rules": `import "common.rules"

let busy = 80%

metric latency {
  source: "gateway"
  every: 15s
}

channel oncall {
  kind: "pager"
}

rule slow when p95(latency) > 800ms for 10m {
  severity: "high"
  notify oncall
}

workflow restart {
  step drain = balancer(action: "drain")
}
`,
};

/** @type {Readonly<Record<string, readonly (readonly [after: string, typed: string])[]>>} */
const PLACES = {
  "schema.graphql": [
    ["title: String!", "\nauthor: Author"],
    ["title: String!", "\nauthor: Author!\nprice: Int\n"],
    ["scalar Date", "\nscalar Time\n"],
    ["NOVEL", "\nDRAMA\nESSAY"],
    ["type Query {", "\nbooks(first: Int, after: ID): [Book!]!"],
    ["type Query {", "\nauthor(id: ID!): Author\nnode(id: ID!): Node"],
    ["book(id: ID!): Book\n}\n", "\ntype Shelf {\nid: ID!\nbooks: [Book]\n"],
    ["book(id: ID!): Book\n}\n", "\nunion Found = Book | Author\n"],
    ["book(id: ID!): Book\n}\n", "\ninput Wish {\ntitle: String = \"none\"\ngenre: Genre = NOVEL\n"],
    ["book(id: ID!): Book\n}\n", "\nextend type Book {\nshelf: Int\n"],
    ["genre: Genre", " @deprecated\npages: Int"],
    ["name: String!", "\n# those that are alive\nborn: Date"],
    ["name: String!", "\n\"\"\"\nThe year.\n"],
  ],
  "asked.graphql": [
    ["title", "\nauthor {\nname\n"],
    ["title", "\ngenre\n...Names"],
    ["fragment Names on Author {", "\nid\nbooks(first: 3) {\ntitle"],
    ["query Shelf($first: Int", ", $genre: Genre"],
    ["first: $first", ", after: \"x\""],
    ["title", " @include(if: $all)\npages\n"],
    ["title", "\n... on Book {\ngenre\n"],
    ["  name\n}\n", "\nsubscription Added {\nbookAdded {\ntitle\n"],
    ["  name\n}\n", "\nquery One($id: ID!) {\nbook(id: $id) {\ntitle"],
    ["  name\n}\n", "\nmutation Add($title: String!) {\naddBook(title: $title) {\nid\n"],
  ],
  "main.tf": [
    ["type = string", "\ndescription = \"where\""],
    ["type = string", "\ndefault = \"bastion\"\nnullable = false"],
    ["prefix = \"web\"", "\ncount = 3\nname = \"${local.prefix}-1\""],
    ["prefix = \"web\"", "\nname = var.region\nall = var.names"],
    ["instance_type = \"t3.micro\"", "\ncount = 2\nuser_data = \"x\""],
    ["instance_type = \"t3.micro\"", "\nsubnet_id = aws_subnet.main.id\n"],
    ["instance_type = \"t3.micro\"", "\nlifecycle {\ncreate_before_destroy = true\n"],
    ["Name = var.region", "\nOwner = \"me\"\nStage = \"test\""],
    ["private_ip", "\ndescription = \"its address\"\nsensitive = true"],
    ["private_ip\n}\n", "\nvariable \"zones\" {\ntype = list(string)\ndefault = []\n"],
    ["private_ip\n}\n", "\nresource \"aws_s3_bucket\" \"logs\" {\nbucket = \"logs\"\n"],
    ["private_ip\n}\n", "\nmodule \"vpc\" {\nsource = \"./vpc\"\nregion = var.region\n"],
    ["private_ip\n}\n", "\ndata \"aws_ami\" \"latest\" {\nmost_recent = true\nowners = [\"self\"]\n"],
    ["private_ip\n}\n", "\nprovider \"aws\" {\nregion = var.region\n"],
    ["default = [\"a\", \"b\"", ", \"c\""],
    ["locals {", "\n# what all of it is called\nids = [for n in var.names : upper(n)]"],
    ["locals {", "\nsize = var.region == \"eu\" ? 1 : 2\n"],
    ["ami           = \"ami-1\"", "\nvpc_security_group_ids = [\naws_security_group.web.id,\n"],
  ],
  "shop.sql": [
    ["name text NOT NULL", ",\nemail text,\nborn date"],
    ["name text NOT NULL", ",\nactive boolean NOT NULL DEFAULT true"],
    ["placed date NOT NULL", ",\ntotal numeric(10, 2)"],
    ["o.placed;\n", "\nSELECT id\nFROM customer\nWHERE name = 'Ann';\n"],
    ["o.placed;\n", "\nselect name\nfrom customer\norder by name;\n"],
    ["o.placed;\n", "\nINSERT INTO customer (id, name)\nVALUES (1, 'Bob');\n"],
    ["o.placed;\n", "\nUPDATE customer\nSET name = 'Eve'\nWHERE id = 2;\n"],
    ["o.placed;\n", "\nDELETE FROM customer_order\nWHERE placed < now();\n"],
    ["o.placed;\n", "\nCREATE INDEX order_placed ON customer_order (placed);\n"],
    ["o.placed;\n", "\nCREATE TABLE item (\nid integer,\nname text\n"],
    ["o.placed;\n", "\nALTER TABLE customer\nADD COLUMN phone text;\n"],
    ["o.placed;\n", "\n-- how many there are\nSELECT count(*) AS many\nFROM customer_order o\nGROUP BY o.customer_id;\n"],
    ["o.placed;\n", "\nWITH late AS (\nSELECT id FROM customer_order\n"],
    ["o.placed;\n", "\nBEGIN;\nDROP TABLE customer;\nCOMMIT;\n"],
    ["SELECT c.name", ",\nc.id"],
    ["= c.id", "\nLEFT JOIN item i ON i.id = o.id"],
    ["'2024-01-01'", "\nAND c.name LIKE 'A%'\nAND c.id IN (1, 2)"],
  ],
  "people.rq": [
    ["<http://example.org/>", "\nPREFIX dc: <http://purl.org/dc/terms/>\n"],
    ["?name .", "\n?person ex:age ?age ."],
    ["?name .", "\n?person ex:age ?age ;\nex:city ?city .\n"],
    ["?name .", "\nOPTIONAL { ?person ex:mail ?mail }\n"],
    ["?name .", "\nOPTIONAL {\n?person ex:mail ?mail .\n"],
    ["?name .", "\n{ ?person ex:a 1 } UNION { ?person ex:b 2 }"],
    ["?name .", "\nBIND (?name AS ?label)\n"],
    ["?name .", "\nMINUS {\n?person ex:gone true\n"],
    ["FILTER (?name != \"x\")", "\nFILTER (LANG(?name) = \"en\")"],
    ["FILTER (?name != \"x\")", "\nVALUES ?name { \"a\" \"b\" }\n"],
    ["FILTER (?name != \"x\")", "\nGRAPH ex:g {\n?s ?p ?o\n"],
    ["FILTER (?name != \"x\")", "\n# only those with a name\n?person foaf:knows+ ?friend .\n"],
    ["ORDER BY ?name", "\nLIMIT 10\nOFFSET 5\n"],
    ["ORDER BY ?name", " DESC(?person)\nLIMIT 3"],
    ["SELECT ?person ?name", " ?age"],
    ["SELECT ?person ?name", "\nFROM ex:people"],
    ["?person a foaf:Person ;", "\nfoaf:mbox ?mail ;"],
  ],
  "toy.lark": [
    ["NUMBER | NAME", "\n| \"(\" sum \")\""],
    ["NUMBER | NAME", "\nassignment: NAME \"=\" product\n"],
    ["NUMBER | NAME", "\ncall: NAME \"(\" [sum (\",\" sum)*] \")\"\n"],
    ["start: statement*", "\n\nblock: \"{\" statement* \"}\"\n"],
    ["statement: NAME \"=\" sum \";\"", "\n| \"print\" sum \";\" -> print\n"],
    ["NAME: /[a-z]+/", "\nSTRING: /\"[^\"]*\"/\n"],
    ["NAME: /[a-z]+/", "\nHEX: \"0x\" /[0-9a-f]+/i\n// the rest\n"],
    ["%import common.NUMBER", "\n%import common.WS\n%ignore WS\n"],
    ["product (\"+\" product)*", "\n?minus: product\n| minus \"-\" product\n"],
    ["%ignore \" \"", "\n%ignore /#[^\\n]*/\n"],
  ],
  "alarms.rules": [
    ["let busy = 80%", "\nlet slow = 800ms\n"],
    ["every: 15s", "\nunit: \"ms\""],
    ["every: 15s", "\nlabels: [region, \"host\"]\n"],
    ["kind: \"pager\"\n}\n", "\nchannel chat {\nkind: \"room\"\n"],
    ["severity: \"high\"", "\nmessage: \"It is slow.\"\nrun restart"],
    ["notify oncall", " after 2m\nrun restart\n"],
    ["action: \"drain\")", "\nstep reboot after drain = machine(\"a\", \"reboot\") timeout 5m"],
    ["action: \"drain\")", "\nstep undrain after drain = balancer(action: \"undrain\")\n"],
    ["action: \"drain\")\n}\n", "\nrule down when latency > busy and not night {\nnotify oncall\n"],
    ["action: \"drain\")\n}\n", "\ndefine night() = hour() < 6\n"],
    ["action: \"drain\")\n}\n", "\ngroup shop {\nteam: \"shop\"\nrule none when rate(latency) == 0 {\nrun restart\n"],
    ["action: \"drain\")\n}\n", "\nsilence slow from 22:00 to 06:00\n"],
    ["import \"common.rules\"", "\nimport \"more.rules\"\n"],
    ["p95(latency", ", window: 5m"],
    ["notify oncall", "\n# nobody else\nseverity: \"low\"\n"],
  ],
};

/** @type {readonly Edit[]} */
export const EDITS = Object.entries(PLACES).flatMap(([file, places]) =>
  places.map(([after, typed]) => ({ file, after, typed })),
);
