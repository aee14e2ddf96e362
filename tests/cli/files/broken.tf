resource "local_file" "motd" {
  filename = "/etc/motd"
  content  = join("\n", ["hello", var.name)
}

output "path" {
  value local_file.motd.filename
}
