"""Every change to what is owed, and the clock that reminds of it."""
