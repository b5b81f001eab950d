"""What plain values mean when they are compared: texts, numbers, lists, hosts."""
