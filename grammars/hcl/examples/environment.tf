# One environment, put together from the modules of this configuration.

variable "site" {
  description = "Where it runs, and how it is reached."
  type = object({
    name    = string
    zone    = optional(string, "north")
    offline = optional(bool, false)
  })
}

locals {
  sizes = {
    small = { cores = 1, memory = 512 }
    large = { cores = 4, memory = 4096 }
  }
  contact = {
    team  = "network"
    email = "network@example.org"
  }
  title = "${var.site.name} in ${var.site.zone}, kept by ${local.contact.team}"
}

module "subnets" {
  source = "./modules/subnets"
  name   = var.site.name
  zone   = var.site.zone
  count  = var.site.offline ? 0 : 1
}

module "gateway" {
  source     = "../shared/gateway"
  name       = local.contact.team
  subnet_ids = module.subnets[0].ids
  cores      = local.sizes.small.cores
  depends_on = [module.subnets]
}

module "workers" {
  source   = "./modules/workers"
  for_each = local.sizes

  memory   = local.sizes.large.memory
  gateway  = module.gateway.address
  networks = concat(module.gateway.networks, module.subnets[0].ids)
  labels   = merge(module.gateway.labels, { site = var.site.name, team = local.contact.team })
}

output "address" {
  description = "Where it is reached."
  value       = module.gateway.address
}

output "urls" {
  value = [for name in module.gateway.names : "https://${name}.${module.gateway.domain}/"]
}

output "memory" {
  value = module.workers["large"].memory + local.sizes.small.memory
}
