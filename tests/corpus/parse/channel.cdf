<?xml version="1.0"?>
<!-- Channel Definition Format: names in capitals, addresses and dates in attributes.
     Expected: read as RSS; addresses from BASE. -->
<CHANNEL BASE="https://c.example/base/" HREF="/home" LASTMOD="2026-11-21T08:00:00Z">
  <TITLE>Channel</TITLE>
  <ABSTRACT>About the channel</ABSTRACT>
  <ITEM HREF="1.html" LASTMOD="2026-11-21T07:00:00Z" PRECACHE="No">
    <TITLE>One</TITLE>
    <ABSTRACT>Of one</ABSTRACT>
  </ITEM>
  <ITEM HREF="javascript:alert(1)"><TITLE>Two</TITLE></ITEM>
</CHANNEL>
