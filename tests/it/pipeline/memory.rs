//! How much memory the worst uploads take, measured in a process of their own.
