variable "region" {
  type    = string
  default = "north"
}

variable "address_range" {
  description = "Addresses of the whole network"
  type        = string
}

locals {
  name = "library-${var.region}"
}

resource "cloud_network" "main" {
  name   = local.name
  region = var.region
}

