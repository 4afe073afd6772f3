"""Gulf Emperor on Django: the room does the payments, this shop the rest."""
