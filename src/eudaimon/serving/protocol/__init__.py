"""What goes over the wire: OpenAI's shapes, this project's extension of them, and refusals."""
