"""The door to customer service of WeCom (微信客服): a signal comes, the messages are pulled."""
