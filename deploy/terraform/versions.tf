terraform {
  # The first version in which one variable can check another.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The first version with aws_ecr_pull_time_update_exclusion.
      version = ">= 6.28"
    }
  }
}
