# Who is told of an alarm, by day and by night.

variable "awake_on" {
  default = [true, false]
}

variable "muted_on" {
  default = [null]
}

locals {
  delay = var.is_urgent ? null : 60

  disks = flatten([
    for name, machine in var.machines : [
      for index, size in machine.disks : [name, index, size > 0 ? size : var.least, format("%s-%d", name, index)]
    ]
  ])

  # At night the first of a group alone, in brackets.
  told = {
    for muted in [true, false] : var.shifts[muted] => [
      for names in var.groups : [
        for name in names : "%{ if muted }(${name})%{ else }${name}%{ endif }" if !muted || (name == names[0] && muted)
      ]
    ]
  }
  heard  = [for shift in keys(local.told) : shift]
  loud   = [for muted in var.shifts : muted if !muted]
  awake  = { for shift, groups in local.told : shift => groups }
  asleep = { for shift in keys(local.told) : shift => local.told[shift] if !local.is_day[shift] }
}

resource "example_group" "day" {
  name = "day"

  lifecycle { ignore_changes = [tags] }
}

resource "example_group" "night" {
  name = "night"

  lifecycle { ignore_changes = [name, members] }
}

resource "example_rota" "this" {
  lifecycle {
    ignore_changes = [
      tags["LastSeen"],
      members,
      starts_at,
    ]
  }
}
