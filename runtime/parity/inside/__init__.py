"""What is put on the path of the tests of a user's project; nothing here is imported by carveout."""
