"""`secure-ecr report`: what a preview or an analysis found, in the formats that other tools read."""
