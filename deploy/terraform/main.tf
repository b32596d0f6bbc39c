data "aws_partition" "current" {}

locals {
  # The policy is for the partition aws, and for the default name of the role in other accounts.
  policy = replace(
    replace(file("${path.module}/iam-policy.json"), "arn:aws:", "arn:${data.aws_partition.current.partition}:"),
    ":role/ecr-cleaner-evidence", ":role/${var.in_use_role}"
  )
  topics = concat(aws_sns_topic.alarms[*].arn, var.alarm_topic_arns)
}

resource "aws_iam_role" "this" {
  name_prefix = "${var.name}-"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "log" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

# Lambda makes and deletes the network interfaces of the function.
resource "aws_iam_role_policy_attachment" "vpc" {
  count = length(var.subnet_ids) > 0 ? 1 : 0

  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_iam_role_policy" "this" {
  name = "ecr-cleaner"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(jsondecode(local.policy).Statement, local.optional_statements)
  })
}

resource "aws_iam_role_policy" "notify" {
  name = "notify-of-failures"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sns:Publish"
      Resource = local.topics[0]
    }]
  })
}

# Reading an index counts as a pull, which would keep the index as recently pulled.
resource "aws_ecr_pull_time_update_exclusion" "this" {
  count = var.exclude_from_pull_times ? 1 : 0

  principal_arn = aws_iam_role.this.arn
}

# The log says what was deleted and why, also after the function is gone.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  skip_destroy      = true
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = "Deletes images from Amazon ECR that are old and that nothing uses."
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.architecture]
  memory_size   = var.memory_size
  timeout       = 900
  role          = aws_iam_role.this.arn

  dynamic "vpc_config" {
    for_each = length(var.subnet_ids) > 0 ? [1] : []

    content {
      subnet_ids         = var.subnet_ids
      security_group_ids = var.security_group_ids
    }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  environment {
    variables = {
      for name, value in merge(local.settings, { STORE = local.store, NOTIFY_TOPIC_ARN = local.topic }) :
      name => value if value != ""
    }
  }

  lifecycle {
    precondition {
      condition     = local.has_store_for_history
      error_message = "default_keep_used_days needs a store to remember what was in use. Set create_store or store too."
    }
    precondition {
      condition     = local.is_keep_used_days_right
      error_message = "default_keep_used_days must be a whole number from 0 to 365, or empty."
    }
  }

  # The first run needs them, and Lambda refuses a function in a VPC whose role may not make network interfaces.
  depends_on = [
    aws_iam_role_policy.this,
    aws_iam_role_policy_attachment.log,
    aws_iam_role_policy_attachment.vpc,
  ]
}

# Each retry could delete MAX_DELETIONS images more. The next night repeats a failed run.
resource "aws_lambda_function_event_invoke_config" "no_retry" {
  function_name          = aws_lambda_function.this.function_name
  maximum_retry_attempts = 0

  # The message of the error, and events that Lambda discards before they start the function.
  destination_config {
    on_failure {
      destination = local.topics[0]
    }
  }

  # Lambda refuses a destination that the role may not publish to.
  depends_on = [aws_iam_role_policy.notify]
}

resource "aws_cloudwatch_event_rule" "schedule" {
  name                = var.name
  description         = "Starts ${var.name}."
  schedule_expression = var.schedule_expression
}

resource "aws_cloudwatch_event_target" "schedule" {
  rule      = aws_cloudwatch_event_rule.schedule.name
  target_id = "function"
  arn       = aws_lambda_function.this.arn
}

resource "aws_lambda_permission" "schedule" {
  statement_id  = "schedule"
  function_name = aws_lambda_function.this.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule.arn
}

resource "aws_sns_topic" "alarms" {
  count = length(var.alarm_topic_arns) == 0 ? 1 : 0

  name         = var.name
  display_name = var.name
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == "" ? 0 : 1

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "error" {
  alarm_name          = "${var.name}-error"
  alarm_description   = "A run of ${var.name} failed; its log says why, and running it again is safe."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.topics
}

# A run that ends early is no error once it has read all evidence. The next run continues.
resource "aws_cloudwatch_metric_alarm" "incomplete" {
  alarm_name          = "${var.name}-incomplete"
  alarm_description   = "A run of ${var.name} ended before it had processed every repository, by its time limit or by MAX_DELETIONS."
  namespace           = "EcrCleaner"
  metric_name         = "RunIncomplete"
  dimensions          = { DryRun = var.dry_run, FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Maximum"
  period              = 3600
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.topics
}

# While nothing starts the function, it has no metric: with a disabled rule, say, or without the permission to invoke it.
resource "aws_cloudwatch_metric_alarm" "missing_run" {
  count = var.missing_run_hours > 0 ? 1 : 0

  alarm_name          = "${var.name}-missing-run"
  alarm_description   = "Nothing has started ${var.name} for ${var.missing_run_hours} hours; check its schedule."
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = var.missing_run_hours
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = local.topics
}
