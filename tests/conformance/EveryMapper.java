import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapred.LocalJobRunner;
import org.apache.hadoop.mapreduce.protocol.ClientProtocol;
import org.apache.hadoop.mapreduce.protocol.ClientProtocolProvider;

/**
 * Hadoop's own local runner with as many mappers as were asked for. Hadoop's provider of that runner sets their number
 * to one before the input format is asked for its splits; nothing else differs.
 */
public class EveryMapper extends ClientProtocolProvider {
    @Override
    public ClientProtocol create(Configuration configuration) throws IOException {
        return new LocalJobRunner(configuration);
    }

    @Override
    public ClientProtocol create(InetSocketAddress address, Configuration configuration) {
        return null;
    }

    @Override
    public void close(ClientProtocol client) {
    }
}
