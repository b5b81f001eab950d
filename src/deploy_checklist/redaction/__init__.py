"""No secret leaves the process: which texts are hidden, how, and which words stay visible."""
