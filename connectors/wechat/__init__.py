"""The door to a WeChat service account (微信服务号)."""
