"""Files that hold files: each member is read as if it lay in a folder, within common limits.

The name of a member is a name and never a path: nothing is written, and no name leads out of
the archive. A member that is damaged is named, and the others are read.
"""
