"""No secret leaves the process: what is hidden, what is searched, and the words that need no
hiding.
"""
