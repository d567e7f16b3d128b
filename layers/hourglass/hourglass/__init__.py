"""What the Lambdas of Hourglass share: pure decisions here, AWS in `hourglass.aws`."""
