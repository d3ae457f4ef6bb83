"""How good is it: understanding, knowledge and conversations, measured against files written for the purpose."""
