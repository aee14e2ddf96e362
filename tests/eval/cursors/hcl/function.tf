locals {
  prefix = "${var.project}-${var.stage}"
}

resource "aws_iam_role" "runner" {
  name               = "${local.<|prefix|>}-runner"
  assume_role_policy = <|data.|>aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    effect  = <|"Allow"|>
    actions = [<|"sts:AssumeRole"|>]

    principals {
      type        = <|"Service"|>
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

<|resource|> "aws_lambda_function" "runner" {
  function_name = "${<|local.prefix|>}-runner"
  role          = <|aws_iam_role.runner|>.arn
  timeout       = 30
}

module "alarm" {
  <|source|> = "./modules/alarm"
  name   = aws_lambda_function.<|runner|>.function_name
}
