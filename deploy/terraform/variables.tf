variable "image_uri" {
  description = "The image of this program in an ECR repository of this Region, by tag or digest."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/.+[:@].+$", var.image_uri))
    error_message = "image_uri must be like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-cleaner:v1.0.0-arm64."
  }
}

variable "name" {
  description = "The name of the function and of everything that belongs to it."
  type        = string
  default     = "ecr-cleaner"
}

variable "architecture" {
  description = "The architecture that the image was built for: arm64 or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "memory_size" {
  description = "Memory of the function, in MB."
  type        = number
  default     = 512

  validation {
    condition     = var.memory_size >= 256 && var.memory_size <= 10240
    error_message = "memory_size must be from 256 to 10240."
  }
}

variable "schedule_expression" {
  description = "When it runs, in UTC."
  type        = string
  default     = "cron(0 0 * * ? *)"
}

variable "log_retention_days" {
  description = "How many days logs are kept."
  type        = number
  default     = 90
}

variable "alarm_email" {
  description = "Send an e-mail here if a run fails, ends early or is missing. AWS first asks this address to confirm. Empty for none."
  type        = string
  default     = ""
}

variable "alarm_topic_arns" {
  description = "Notify these SNS topics of yours instead of a new one. Empty for a new one."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.alarm_topic_arns) == 0 || var.alarm_email == ""
    error_message = "Set alarm_email or alarm_topic_arns, not both. Subscribe the address to your topic instead."
  }
}

variable "missing_run_hours" {
  description = "Notify if no run starts for this many hours. Fits a daily schedule. 0 turns it off."
  type        = number
  default     = 25

  validation {
    condition     = var.missing_run_hours >= 0 && var.missing_run_hours <= 168
    error_message = "missing_run_hours must be from 0 to 168: CloudWatch looks back seven days at most."
  }
}

variable "create_store" {
  description = "Create a bucket for what later runs need and for the reports, instead of store."
  type        = bool
  default     = false

  validation {
    condition     = !var.create_store || var.store == ""
    error_message = "Set create_store or store, not both."
  }
}

variable "report_retention_days" {
  description = "How many days the bucket of create_store keeps reports."
  type        = number
  default     = 90
}

variable "create_notify_topic" {
  description = "Create an SNS topic that gets a message after each run that deletes, would delete or fails, instead of notify_topic_arn. Subscribe to it."
  type        = bool
  default     = false

  validation {
    condition     = !var.create_notify_topic || var.notify_topic_arn == ""
    error_message = "Set create_notify_topic or notify_topic_arn, not both."
  }
}

variable "exclude_from_pull_times" {
  description = "Keep this program's own reads from counting as pulls in ECR. Set false if ECR in your Region does not offer it."
  type        = bool
  default     = true
}

variable "subnet_ids" {
  description = "Run the function in these private subnets, so that it reaches private endpoints of EKS clusters. They need a way to the AWS APIs. Empty for no VPC."
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "The security groups of the function in these subnets. The security group of each cluster must let HTTPS from them in."
  type        = list(string)
  default     = []

  validation {
    condition     = (length(var.security_group_ids) == 0) == (length(var.subnet_ids) == 0)
    error_message = "Set subnet_ids and security_group_ids, or neither."
  }
}
