/*
 * A service behind a queue: what it runs, what it may do, when it scales.
 */

locals {
  is_production = terraform.workspace == "production"
  replicas      = local.is_production ? max(var.replicas, 3) : 1
  queue_name    = var.queue_name != null ? var.queue_name : "${var.service}-${terraform.workspace}"

  alarm_actions = (
    local.is_production && !var.muted
    ? [var.pager_topic_arn]
    : []
  )

  environment = {
    LOG_LEVEL       = local.is_production ? "warn" : "debug"
    QUEUE_URL       = aws_sqs_queue.jobs.url
    MAX_BATCH_BYTES = 256 * 1024
    (var.flag_name) = "on" // the key is the value of a variable
    "region.name" : data.aws_region.current.name
  }
}

resource "aws_sqs_queue" "jobs" {
  name                       = local.queue_name
  visibility_timeout_seconds = ceil(var.timeout_seconds * 1.5)
  delay_seconds              = 0

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_iam_policy" "worker" {
  name   = "${var.service}-worker"
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
          "Resource": "${aws_sqs_queue.jobs.arn}"
        }
      ]
    }
  JSON
}

module "worker" {
  source = "./modules/worker"
  count  = local.replicas > 0 ? 1 : 0

  name        = var.service
  image       = format("%s/%s:%s", var.registry, var.service, var.image_tag)
  environment = [for key, value in local.environment : { name = key, value = tostring(value) } if value != ""]

  depends_on = [aws_iam_policy.worker]
}

resource "aws_cloudwatch_metric_alarm" "backlog" {
  alarm_name          = "${local.queue_name}-backlog"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1.5e3 / local.replicas
  alarm_actions       = local.alarm_actions
  dimensions          = { QueueName = aws_sqs_queue.jobs.name }
}

output "worker_names" {
  value = module.worker[*].name
}
