//! Debug information is written for every target and version and read back.
