import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.apache.hadoop.conf.Configuration;
import org.apache.sqoop.Sqoop;

/**
 * Runs Sqoop for one caller after the other in one JVM: most of what a small import costs is the start of a JVM.
 *
 * A caller sends the folder of its node's HDFS, a folder for temporary files and the arguments. It gets back what Sqoop
 * writes, and as the last byte the exit code. Each import has a configuration of its own, as in a process of its own.
 */
public class Resident {
    public static void main(String[] none) throws IOException {
        PrintStream out = System.out;
        PrintStream err = System.err;
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            out.println(server.getLocalPort());
            while (true) {
                try (Socket caller = server.accept()) {
                    serve(caller);
                } catch (IOException lost) {
                    lost.printStackTrace(err);
                } finally {
                    System.setOut(out);
                    System.setErr(err);
                }
            }
        }
    }

    private static void serve(Socket caller) throws IOException {
        DataInputStream request = new DataInputStream(caller.getInputStream());
        String hdfs = readString(request);
        String temporary = readString(request);
        String[] arguments = new String[request.readInt()];
        for (int number = 0; number < arguments.length; number++) {
            arguments[number] = readString(request);
        }
        PrintStream log = new PrintStream(new BufferedOutputStream(caller.getOutputStream()), false, "UTF-8");
        System.setOut(log);
        System.setErr(log);
        System.setProperty("java.io.tmpdir", temporary);
        System.setProperty("test.build.data", temporary);  // where Sqoop compiles
        int code = run(arguments, hdfs);
        log.write(code);
        log.flush();
    }

    private static int run(String[] arguments, String hdfs) {
        Configuration configuration = new Configuration();
        configuration.set("fs.hdfs.impl", "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme");
        configuration.set("fs.hdfs.impl.disable.cache", "true");
        configuration.set("fs.viewfs.mounttable.default.linkFallback", "file://" + hdfs);
        try {
            return Sqoop.runTool(arguments, configuration);
        } catch (Throwable error) {  // what would end a process of its own
            error.printStackTrace();
            return 1;
        }
    }

    private static String readString(DataInputStream request) throws IOException {
        byte[] bytes = new byte[request.readInt()];
        request.readFully(bytes);
        return new String(bytes, "UTF-8");
    }
}
