variable "name" {
  description = "How the bucket is called."
  type        = <|string|>
}

variable "versioned" {
  description = "Whether old versions are kept."
  <|type|>        = <|bool|>
  default     = <|false|>
}

variable "readers" {
  <|description|> = "Who may read, by their identifiers."
  type        = list(<|string|>)
  default     = <|[]|>
}

resource "aws_s3_bucket" "main" {
  bucket = <|var.name|>
  tags   = <|var.tags|>
}

resource "aws_s3_bucket_versioning" "main" {
  bucket = <|aws_s3_bucket.main|>.id

  versioning_configuration {
    status = var.versioned <|?|> "Enabled" <|:|> "Suspended"
  }
}

variable "tags" {
  description = "What every resource is tagged with."
  type        = <|map(string)|>
  default     = <|{}|>
}

<|output|> "bucket_id" {
  description = "The identifier of the bucket."
  value       = aws_s3_bucket.main.id
}
