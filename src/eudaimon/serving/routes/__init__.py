"""What can be asked at the door, one file for each."""
