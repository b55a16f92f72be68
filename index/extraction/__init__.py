"""Extraction: files are read in processes of their own, under limits.

What a stranger has written may make a reader crash, hang or take all memory. So each file is
read by a child process (``child``) that has little memory, a deadline, no right to write a file
and, where the system allows it, no network. It answers over a pipe, in frames of JSON
(``frames``) of which every value is checked: a child that has read hostile bytes is not trusted.
``children`` starts the processes, hands them files, and takes the answers in the order of the
files.
"""
