# Values for the production workspace.

name       = "production"
cidr_block = "10.64.0.0/16"
zones      = ["a", "b", "c"]
muted      = false
queue_name = null

replicas        = 6
timeout_seconds = 12.5

image_tag = "2.14.0"
registry  = "registry.internal:5000"

machines = {
  "edge-1" = {
    size  = "large"
    disks = [100, 250]
    roles = ["proxy", "cache"]
  }

  "edge-2" = { size = "large", roles = ["proxy"] }

  builder = {
    roles = [
      "build", // needs no disk of its own
    ]
  }
}

tags = {
  Owner       = "platform"
  Environment = "production"
  "cost:code" = "4711"
}

team = "the control room"

banner = <<BANNER
This system is monitored.
  Keep calm, and read the log.
BANNER
