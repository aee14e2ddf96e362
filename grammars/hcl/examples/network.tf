# A network with one subnet per zone, and who may reach it.

terraform {
  required_version = ">= 1.8"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
}

variable "name" {
  description = "Prefix of every name in this network."
  type        = string
}

variable "cidr_block" {
  type    = string
  default = "10.20.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.cidr_block))
    error_message = "Expected an IPv4 range such as \"10.0.0.0/16\"."
  }
}

variable "zones" {
  type    = list(string)
  default = ["a", "b", "c"]
}

locals {
  tags    = merge({ Network = var.name }, var.tags)
  subnets = { for index, zone in var.zones : zone => cidrsubnet(var.cidr_block, 4, index) }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  tags                 = local.tags
}

resource "aws_subnet" "private" {
  for_each = local.subnets

  vpc_id            = aws_vpc.this.id
  availability_zone = "${data.aws_region.current.name}${each.key}"
  cidr_block        = each.value
  tags              = merge(local.tags, { Name = "${var.name}-private-${each.key}" })

  lifecycle { ignore_changes = [tags["LastSeen"]] }
}

resource "aws_security_group" "web" {
  name   = "${var.name}-web"
  vpc_id = aws_vpc.this.id

  dynamic "ingress" {
    for_each = toset([80, 443])

    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

output "subnet_ids" {
  value = values(aws_subnet.private)[*].id
}
