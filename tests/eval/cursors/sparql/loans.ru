PREFIX ex: <http://example.org/museum/>

DELETE {
  ?loan ex:status ex:Open .
}
<|INSERT|> {
  ?loan <|ex:status|> ex:Returned .
}
WHERE <|{|>
  ?loan a ex:Loan ;
        <|ex:|>status ex:Open .
};

INSERT <|DATA|> {
  ex:loan1 a <|ex:Loan|> .
}
