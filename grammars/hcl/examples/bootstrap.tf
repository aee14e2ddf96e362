# Machines that set themselves up from a script with template directives.

variable "machines" {
  type = map(object({
    size  = optional(string, "small")
    disks = optional(list(number), [])
    roles = set(string)
  }))
}

locals {
  sizes = {
    small = { cpu = 2, memory = 4 }
    large = { cpu = 8, memory = 32 }
  }

  # Names of machines by role: a role is held by several machines, so that values are grouped.
  by_role = {
    for entry in flatten([
      for name, machine in var.machines : [
        for role in machine.roles : { role = role, name = name }
      ]
    ]) : entry.role => entry.name...
  }

  motd = "Welcome%{ if var.team != "" } to ${var.team}%{ else } home%{ endif }. This is $${literal}, at 100%"
}

resource "example_machine" "this" {
  for_each = var.machines

  name   = each.key
  cpu    = local.sizes[each.value.size].cpu
  memory = local.sizes[each.value.size]["memory"]

  user_data = <<-SCRIPT
    #!/bin/sh
    set -eu
    echo "${local.motd}" > /etc/motd

    %{~ for index, size in each.value.disks ~}
    mkfs -t ext4 /dev/disk/${index}   # ${size} GB
    %{~ endfor ~}

    %{ if contains(each.value.roles, "proxy") ~}
    export PROXY_PORT=$${PROXY_PORT:-3128}
    %{ else ~}
    unset PROXY_PORT
    %{ endif ~}

    for role in ${join(" ", sort(each.value.roles))}; do
      echo "role: $role" >> /etc/roles
    done
  SCRIPT
}

resource "example_record" "role" {
  for_each = local.by_role

  name    = "${each.key}.internal"
  type    = "A"
  ttl     = 60
  records = [for name in each.value : example_machine.this[name].interface.0.address]
}

output "addresses" {
  description = "Addresses of all machines, in order of their names."
  value       = [for machine in values(example_machine.this) : machine.interface.*.address]
  sensitive   = true
}

output "unchecked" {
  value = alltrue([for machine in values(example_machine.this) : -machine.offset <= 0 || machine.cpu % 2 == 0])
}
