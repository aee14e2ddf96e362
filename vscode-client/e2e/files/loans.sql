CREATE TABLE book (
    id integer PRIMARY KEY,
    title text NOT NULL
);

CREATE TABLE loan (
    id integer PRIMARY KEY,
    book_id integer NOT NULL REFERENCES book (id),
    due date NOT NULL,
    returned date
);

SELECT b.title, l.due
FROM book b
JOIN loan l ON l.book_id = b.id
WHERE l.due < now() AND l.returned IS NULL;

