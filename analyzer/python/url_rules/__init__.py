"""URL rules of Flask and of libraries upon it: what adds them, and under which prefixes they stand."""
