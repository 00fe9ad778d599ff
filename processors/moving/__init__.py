"""The moving procedure: from a resident's application to the last office's answer."""
