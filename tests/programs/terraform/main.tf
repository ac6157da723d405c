terraform {
  backend "s3" {
    bucket                      = "bucket"
    key                         = "state"
    region                      = "us-east-1"
    use_path_style              = true
    skip_requesting_account_id  = true
    endpoints                   = { s3 = "http://127.0.0.1", sts = "http://127.0.0.1" }
  }
}
