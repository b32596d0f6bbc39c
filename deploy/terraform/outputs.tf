output "function_name" {
  description = "Invoke it by hand with aws lambda invoke."
  value       = aws_lambda_function.this.function_name
}

output "role_arn" {
  description = "The role of the function, for deploy/evidence-role.yaml, and for repository and service control policies that name it."
  value       = aws_iam_role.this.arn
}

output "log_group_name" {
  description = "Read it with aws logs tail."
  value       = aws_cloudwatch_log_group.this.name
}

output "alarm_topic_arns" {
  description = "The SNS topics that learn of runs that fail, end early or are missing."
  value       = local.topics
}

output "store" {
  description = "Where runs keep what later runs need, and their reports. Empty for nowhere."
  value       = local.store
}

output "notify_topic_arn" {
  description = "The SNS topic that gets a message about each run. Subscribe to it. Empty for none."
  value       = local.topic
}
