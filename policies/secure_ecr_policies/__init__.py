"""The controls of the policy pack, one module each."""
