move absolute -3 from c;
fetch next;
fetch c;
close all;
close c;
listen x;
unlisten *;
notify x, 'payload'
