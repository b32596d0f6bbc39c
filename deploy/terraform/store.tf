locals {
  store = var.create_store ? "s3://${one(aws_s3_bucket.store[*].id)}/store" : var.store
  topic = var.create_notify_topic ? one(aws_sns_topic.messages[*].arn) : var.notify_topic_arn

  # Empty for a store in a folder, and for none.
  stores = [
    for each in regexall("^s3://(?P<bucket>[^/]+)/?(?P<prefix>.*)$", local.store) :
    { bucket = each.bucket, path = compact([trim(each.prefix, "/"), "*"]) }
  ]
  # A key, and what is below it; of a whole bucket, everything. Another key that begins alike is not meant.
  lists = [
    for each in regexall("s3://(?P<bucket>[^/,\\s]+)/?(?P<prefix>[^,\\s]*)", var.in_use_lists) : {
      bucket = each.bucket
      keys   = trim(each.prefix, "/") == "" ? ["*"] : [trim(each.prefix, "/"), "${trim(each.prefix, "/")}/*"]
    }
  ]
  s3 = "arn:${data.aws_partition.current.partition}:s3:::"

  # The program needs both before it makes a run. The pattern is that of the template.
  has_store_for_history   = var.default_keep_used_days == "" || var.create_store || var.store != ""
  is_keep_used_days_right = can(regex("^(\\d{1,2}|[12]\\d\\d|3[0-5]\\d|36[0-5])?$", var.default_keep_used_days))

  # What only some settings need.
  optional_statements = concat(
    [for store in local.stores : {
      Sid      = "UseTheStore"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = "${local.s3}${join("/", concat([store.bucket], store.path))}"
    }],
    [for store in local.stores : {
      Sid       = "LearnWhatTheStoreLacks"
      Effect    = "Allow"
      Action    = "s3:ListBucket"
      Resource  = "${local.s3}${store.bucket}"
      Condition = { StringLike = { "s3:prefix" = join("/", store.path) } }
    }],
    [for lists in [local.lists] : {
      Sid      = "ReadTheLists"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = flatten([for list in lists : [for key in list.keys : "${local.s3}${list.bucket}/${key}"]])
    } if length(lists) > 0],
    # One for each place: together, they would allow the keys of one bucket in every other one.
    [for i, list in local.lists : {
      Sid       = length(local.lists) == 1 ? "FindTheLists" : "FindTheLists${i + 1}"
      Effect    = "Allow"
      Action    = "s3:ListBucket"
      Resource  = "${local.s3}${list.bucket}"
      Condition = { StringLike = { "s3:prefix" = list.keys } }
    }],
    [for topic in compact([local.topic]) : {
      Sid      = "SendMessagesAboutRuns"
      Effect   = "Allow"
      Action   = "sns:Publish"
      Resource = topic
    }],
  )
}

# What runs remember keeps images from being deleted: Terraform does not destroy the bucket as long as it has objects.
resource "aws_s3_bucket" "store" {
  count = var.create_store ? 1 : 0

  bucket_prefix = "${substr(var.name, 0, 36)}-"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "store" {
  count = var.create_store ? 1 : 0

  bucket = aws_s3_bucket.store[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "store" {
  count = var.create_store ? 1 : 0

  bucket                  = aws_s3_bucket.store[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "store" {
  count = var.create_store ? 1 : 0

  bucket = aws_s3_bucket.store[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "store" {
  count = var.create_store ? 1 : 0

  bucket = aws_s3_bucket.store[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "store" {
  count = var.create_store ? 1 : 0

  bucket = aws_s3_bucket.store[0].id

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }

  rule {
    id     = "reports"
    status = "Enabled"

    filter {
      prefix = "store/reports/"
    }

    expiration {
      days = var.report_retention_days
    }
  }

  # Without versions, S3 refuses a rule about them.
  depends_on = [aws_s3_bucket_versioning.store]
}

resource "aws_s3_bucket_policy" "store" {
  count = var.create_store ? 1 : 0

  bucket = aws_s3_bucket.store[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyByTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.store[0].arn, "${aws_s3_bucket.store[0].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_sns_topic" "messages" {
  count = var.create_notify_topic ? 1 : 0

  name         = "${var.name}-messages"
  display_name = var.name
}

resource "aws_sns_topic_policy" "messages" {
  count = var.create_notify_topic ? 1 : 0

  arn = aws_sns_topic.messages[0].arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyByTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.messages[0].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
