# Generated from src/settings/settings.ts by npm run generate.

variable "dry_run" {
  description = "Report only, delete nothing; only exactly `false` turns it off."
  type        = string
  default     = "true"
  nullable    = false
}

variable "default_keep_days" {
  description = "Keep images pushed at most this many days ago."
  type        = string
  default     = "30"
  nullable    = false
}

variable "default_keep_count" {
  description = "Keep this many of each repository's newest tagged images, whatever their age."
  type        = string
  default     = "0"
  nullable    = false
}

variable "default_keep_tags" {
  description = "Keep images with a tag that begins with one of these words, separated by spaces; a word with `*` or `?` matches a whole tag; a repository's tag takes no wildcards."
  type        = string
  default     = ""
  nullable    = false
}

variable "default_keep_pulled_days" {
  description = "Keep images pulled at most this many days ago; empty turns it off."
  type        = string
  default     = ""
  nullable    = false
}

variable "default_keep_used_days" {
  description = "Keep images found in use at most this many days ago, and all images until `STORE` has a history of so many days; empty turns it off."
  type        = string
  default     = ""
  nullable    = false
}

variable "max_delete_percent" {
  description = "Skip a repository if more than this percentage of its images would be deleted."
  type        = string
  default     = "100"
  nullable    = false
}

variable "max_deletions" {
  description = "Stop deleting after this many images in one run; empty for no limit."
  type        = string
  default     = ""
  nullable    = false
}

variable "allow_empty_in_use" {
  description = "`true` lets a run delete even if it finds no image of this registry in use."
  type        = string
  default     = "false"
  nullable    = false
}

variable "in_use_evidence" {
  description = "`original` reads only what the original read, so that its policy is enough."
  type        = string
  default     = "full"
  nullable    = false
}

variable "in_use_sources" {
  description = "Read only these sources of evidence: all, or some of ecs, ecs-daemons, lambda, app-runner, eventbridge, scheduler, pipes, step-functions, batch, sagemaker, codebuild, agentcore, eks."
  type        = string
  default     = "all"
  nullable    = false
}

variable "in_use_accounts" {
  description = "Read what is in use in these accounts too: account ids, or `organization` for all active accounts of the organization."
  type        = string
  default     = ""
  nullable    = false
}

variable "in_use_regions" {
  description = "Read what is in use in these Regions too, in every account that is read: names, or `all` for those that an account has enabled."
  type        = string
  default     = ""
  nullable    = false
}

variable "in_use_role" {
  description = "The name of the role that the program assumes in each of the other accounts."
  type        = string
  default     = "ecr-cleaner-evidence"
  nullable    = false
}

variable "in_use_external_id" {
  description = "The external id that this role requires; empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "in_use_lists" {
  description = "Count the references in these lists as in use too: files, or objects or prefixes in S3 as `s3://bucket/key`."
  type        = string
  default     = ""
  nullable    = false
}

variable "in_use_lists_max_hours" {
  description = "Stop if one of these lists is older than this many hours."
  type        = string
  default     = "48"
  nullable    = false
}

variable "unseen_pullers" {
  description = "`skip` repositories from which accounts may pull that this run does not read; `ignore` cleans them anyway."
  type        = string
  default     = "skip"
  nullable    = false
}

variable "keep_task_definitions" {
  description = "Keep images of this many of the newest ACTIVE revisions of every ECS task definition family; 0 turns it off."
  type        = string
  default     = "1"
  nullable    = false
}

variable "store" {
  description = "Keep what later runs need, and the reports, in `s3://bucket/prefix` or in a folder; empty for nothing."
  type        = string
  default     = ""
  nullable    = false
}

variable "notify_topic_arn" {
  description = "Send a message to this SNS topic after each run that deletes, would delete, or fails; empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "storage_price_per_gb_month" {
  description = "US dollars for storing a GB for a month, for the reports."
  type        = string
  default     = "0.10"
  nullable    = false
}

variable "concurrency" {
  description = "Make at most this many calls to each AWS service at the same time; empty for 20."
  type        = string
  default     = ""
  nullable    = false
}

variable "api_share" {
  description = "Use at most this percentage of the call rates that AWS publishes; empty for all of them, and for bursts beyond them."
  type        = string
  default     = ""
  nullable    = false
}

variable "box_log" {
  description = "Log level: TRACE, DEBUG, INFO, WARN, ERROR, SILENT."
  type        = string
  default     = "INFO"
  nullable    = false
}

locals {
  settings = {
    DRY_RUN                    = var.dry_run
    DEFAULT_KEEP_DAYS          = var.default_keep_days
    DEFAULT_KEEP_COUNT         = var.default_keep_count
    DEFAULT_KEEP_TAGS          = var.default_keep_tags
    DEFAULT_KEEP_PULLED_DAYS   = var.default_keep_pulled_days
    DEFAULT_KEEP_USED_DAYS     = var.default_keep_used_days
    MAX_DELETE_PERCENT         = var.max_delete_percent
    MAX_DELETIONS              = var.max_deletions
    ALLOW_EMPTY_IN_USE         = var.allow_empty_in_use
    IN_USE_EVIDENCE            = var.in_use_evidence
    IN_USE_SOURCES             = var.in_use_sources
    IN_USE_ACCOUNTS            = var.in_use_accounts
    IN_USE_REGIONS             = var.in_use_regions
    IN_USE_ROLE                = var.in_use_role
    IN_USE_EXTERNAL_ID         = var.in_use_external_id
    IN_USE_LISTS               = var.in_use_lists
    IN_USE_LISTS_MAX_HOURS     = var.in_use_lists_max_hours
    UNSEEN_PULLERS             = var.unseen_pullers
    KEEP_TASK_DEFINITIONS      = var.keep_task_definitions
    STORE                      = var.store
    NOTIFY_TOPIC_ARN           = var.notify_topic_arn
    STORAGE_PRICE_PER_GB_MONTH = var.storage_price_per_gb_month
    CONCURRENCY                = var.concurrency
    API_SHARE                  = var.api_share
    BOX_LOG                    = var.box_log
  }
}
