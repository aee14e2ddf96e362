# Tests of a module that hands out quotas, with a provider that is made up.

mock_provider "example" {
  mock_resource "example_quota" {
    defaults = {
      id    = "quota-0"
      limit = 10
    }
  }
}

variables {
  limits = { compute = 20, storage = 500 }
  owner  = "tests"
}

run "limits_are_kept" {
  command = plan

  assert {
    condition     = length(example_quota.this) == length(var.limits)
    error_message = "Every limit needs a quota of its own."
  }

  assert {
    condition = alltrue([
      for name, quota in example_quota.this :
      quota.limit >= 0 && quota.limit <= var.limits[name]
    ])
    error_message = "A quota exceeds its limit: ${jsonencode(values(example_quota.this)[*].limit)}."
  }
}

run "names_are_escaped" {
  command = apply

  variables {
    owner = "Zoë \"the tester\" \u00e9\tC:\\quota"
  }

  assert {
    condition     = provider::example::decode(example_quota.this["compute"].owner) == var.owner
    error_message = "Escapes were lost."
  }

  assert {
    condition     = !strcontains(output.summary, "$${") && max(var.limits.compute, values(var.limits)...) == 500
    error_message = "The summary holds a template."
  }
}

run "an_empty_module_is_fine" {
  variables { limits = {} }

  module {
    source = "./tests/empty"
  }

  expect_failures = [var.limits, check.health]
}
