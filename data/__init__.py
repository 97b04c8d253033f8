"""What is shipped beside the engine: the sample event, the judged events, the generator."""
