"""How much of an uploaded file is kept, whatever form it was sent to."""

from django.core.files.uploadhandler import FileUploadHandler

# More than any form of the register takes: each says its own limit beside its field.
LARGEST_UPLOAD = 12_000_000


class Ceiling(FileUploadHandler):
    """Lets the first LARGEST_UPLOAD bytes of a file through and forgets the rest, so that nobody can fill the disk.

    What comes through is then too large for the form, which says so, and the rest of what was typed is not lost. It
    stands before the handlers that keep the file.
    """

    def receive_data_chunk(self, raw_data, start):
        """The piece of the file, for the next handler; nothing when enough was kept."""
        return raw_data if start <= LARGEST_UPLOAD else None

    def file_complete(self, file_size):
        """Those that kept it have the file."""
        return None
